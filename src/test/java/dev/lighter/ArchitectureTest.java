package dev.lighter;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import jakarta.persistence.Entity;
import java.util.List;
import org.springframework.stereotype.Controller;
import org.springframework.transaction.annotation.Transactional;

/** The rules that keep the packages apart; each says what to do instead. */
@AnalyzeClasses(
        packages = "dev.lighter",
        importOptions = {DoNotIncludeTests.class, ArchitectureTest.NotGenerated.class})
class ArchitectureTest {
    /** Leaves out the wiring of beans that the build writes. */
    static final class NotGenerated implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("__");
        }
    }

    /** From the bottom up; a package knows only those before it. */
    private static final List<List<String>> LAYERS = List.of(
            List.of("kernel", "error"),
            List.of("launch", "http"),
            List.of("event", "content"),
            List.of("image", "network", "volume"),
            List.of("container", "registry"),
            List.of("build"),
            List.of("team"),
            List.of("security"),
            List.of("dockerapi", "registryapi", "api", "dashboard"),
            List.of("start"));

    private static final String[] SURFACES = {
        "dev.lighter.dockerapi..", "dev.lighter.registryapi..", "dev.lighter.api..", "dev.lighter.dashboard.."
    };

    @ArchTest
    static void dependenciesPointDownward(JavaClasses classes) {
        for (int level = 0; level < LAYERS.size(); level++) {
            for (String layer : LAYERS.get(level)) {
                String[] forbidden = LAYERS.subList(level, LAYERS.size()).stream()
                        .flatMap(List::stream)
                        .filter(other -> !other.equals(layer))
                        .map(other -> "dev.lighter." + other + "..")
                        .toArray(String[]::new);
                if (forbidden.length > 0) {
                    noClasses()
                            .that()
                            .resideInAPackage("dev.lighter." + layer + "..")
                            .should()
                            .dependOnClassesThat()
                            .resideInAnyPackage(forbidden)
                            .because("packages know only those below them: let the upper one implement an interface of"
                                    + " the lower one, or move the class down")
                            .check(classes);
                }
            }
        }
    }

    @ArchTest
    static final ArchRule everyPackageHasALayer = classes()
            .that()
            .resideOutsideOfPackage("dev.lighter")
            .should()
            .resideInAnyPackage(LAYERS.stream()
                    .flatMap(List::stream)
                    .map(layer -> "dev.lighter." + layer + "..")
                    .toArray(String[]::new))
            .because("a new package gets its place among the layers of this test");

    @ArchTest
    static final ArchRule packagesHaveNoCycles = slices().matching("dev.lighter.(*)..")
            .should()
            .beFreeOfCycles()
            .because("what is needed by both belongs into the lower one");

    @ArchTest
    static final ArchRule theBottomIsPlainJava = noClasses()
            .that()
            .resideInAnyPackage("dev.lighter.kernel..", "dev.lighter.launch..", "dev.lighter.network.*..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.springframework..", "jakarta..", "org.hibernate..")
            .because("it is a library that is tested with constructors: wire it in a @Configuration of a feature");

    @ArchTest
    static final ArchRule onlyTheLowestPackageKnowsTheForeignFunctionLibrary = noClasses()
            .that()
            .resideOutsideOfPackage("dev.lighter.kernel.ffi..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jnr.ffi..", "com.kenai..")
            .because("the library can be replaced in one place: use Syscall and NativeScope");

    @ArchTest
    static final ArchRule onlyTheKernelLibraryKnowsTheConstants = noClasses()
            .that()
            .resideOutsideOfPackage("dev.lighter.kernel..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jnr..")
            .because("names of errors come with ErrnoException and Errno");

    @ArchTest
    static final ArchRule entitiesStayInTheirFeature = classes()
            .that()
            .areAnnotatedWith(Entity.class)
            .should()
            .bePackagePrivate()
            .because("what crosses features is a record: give the service a method that returns one");

    @ArchTest
    static final ArchRule surfacesDoNotTouchTheDatabase = noClasses()
            .that(resideInAnyPackage(SURFACES))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jakarta.persistence..", "org.springframework.jdbc..", "org.springframework.data..")
            .because("controllers translate and services decide: ask a service");

    @ArchTest
    static final ArchRule controllersAreInTheSurfaces = classes()
            .that()
            .areMetaAnnotatedWith(Controller.class)
            .should()
            .resideInAnyPackage(SURFACES)
            .because("features know nothing of HTTP: put the controller into dockerapi, api or dashboard");

    @ArchTest
    static final ArchRule transactionsAreInServicesAndStores = methods()
            .that()
            .areAnnotatedWith(Transactional.class)
            .should()
            .beDeclaredInClassesThat()
            .haveNameMatching(".*(Service|Store)")
            .because("a transaction is short and never around a system call or a wait: move it into a store");

    @ArchTest
    static final ArchRule transactionsAreOnMethods = noClasses()
            .should()
            .beAnnotatedWith(Transactional.class)
            .because("one sees at each method whether it is a transaction");

    @ArchTest
    static final ArchRule namesSayWhatThingsAre = noClasses()
            .should()
            .haveNameMatching(".*(Impl|Manager|Helper|Util|Utils)")
            .because("a name of the field says more: LayerUnpacker, PublishedPort");
}
